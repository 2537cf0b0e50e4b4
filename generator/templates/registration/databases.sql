
\getenv my_things_password MY_THINGS_DB_PASSWORD
CREATE ROLE my_things LOGIN PASSWORD :'my_things_password';
CREATE DATABASE my_things OWNER my_things;
REVOKE CONNECT ON DATABASE my_things FROM PUBLIC;
