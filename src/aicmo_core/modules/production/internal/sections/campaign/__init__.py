"""Writers for campaign reports, where a section is longer than in a month of posts."""
