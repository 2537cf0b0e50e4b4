CREATE TABLE books (
    isbn text PRIMARY KEY,
    title text NOT NULL
);

CREATE TABLE copies (
    isbn text NOT NULL REFERENCES books,
    number bigint NOT NULL,
    PRIMARY KEY (isbn, number)
);

INSERT INTO books (isbn, title) VALUES
    ('9780141439518', 'Pride and Prejudice'),
    ('9780486282114', 'Frankenstein'),
    ('9780199535675', 'The Time Machine');

INSERT INTO copies (isbn, number)
SELECT isbn, number FROM books, generate_series(1, 3) AS number;
