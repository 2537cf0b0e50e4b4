-- Runs once, when PostgreSQL's volume is new: a database and a role for each service that owns one.
-- A role owns its database and can't even connect to another's.
\getenv users_password USERS_DB_PASSWORD
\getenv orders_password ORDERS_DB_PASSWORD
\getenv stock_password STOCK_DB_PASSWORD

CREATE ROLE users LOGIN PASSWORD :'users_password';
CREATE ROLE orders LOGIN PASSWORD :'orders_password';
CREATE ROLE stock LOGIN PASSWORD :'stock_password';

CREATE DATABASE users OWNER users;
CREATE DATABASE orders OWNER orders;
CREATE DATABASE stock OWNER stock;

REVOKE CONNECT ON DATABASE users, orders, stock FROM PUBLIC;
