"""Pages of a school that every system needs: people, SIECLE and STS imports."""
