"""The table of Django's database cache: nobody has to run `createcachetable`."""

from django.db import migrations

CREATE = """
CREATE TABLE base_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX base_cache_expires ON base_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = []
    operations = [migrations.RunSQL(CREATE, "DROP TABLE base_cache;")]
