CREATE TABLE teas (name text PRIMARY KEY);
INSERT INTO teas VALUES ('Assam');
