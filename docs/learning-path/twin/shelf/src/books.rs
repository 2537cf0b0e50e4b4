//! All SQL of the shelf.

use serde::{Deserialize, Serialize};
use sqlx::{PgPool, postgres::PgPoolOptions};

#[derive(Clone)]
pub struct Books {
    db: PgPool,
}

#[derive(Debug, Clone, Serialize, Deserialize, sqlx::FromRow)]
pub struct Book {
    pub isbn: String,
    pub title: String,
    pub copies: i64,
}

impl Books {
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        let db = PgPoolOptions::new().max_connections(4).connect(url).await?;
        sqlx::migrate!().run(&db).await?;
        Ok(Self { db })
    }

    pub async fn all(&self) -> Result<Vec<Book>, sqlx::Error> {
        let titles: Vec<(String, String)> =
            sqlx::query_as("SELECT isbn, title FROM books ORDER BY title").fetch_all(&self.db).await?;
        let mut books = Vec::new();
        for (isbn, title) in titles {
            let copies = sqlx::query_scalar("SELECT count(*) FROM copies WHERE isbn = $1")
                .bind(&isbn)
                .fetch_one(&self.db)
                .await?;
            books.push(Book { isbn, title, copies });
        }
        Ok(books)
    }

    pub async fn find(&self, isbn: &str) -> Result<Option<Book>, sqlx::Error> {
        sqlx::query_as(
            "SELECT isbn, title, count(number) AS copies
             FROM books LEFT JOIN copies USING (isbn) WHERE isbn = $1 GROUP BY isbn",
        )
        .bind(isbn)
        .fetch_optional(&self.db)
        .await
    }

    pub async fn add(&self, book: &Book) -> Result<(), sqlx::Error> {
        let mut transaction = self.db.begin().await?;
        sqlx::query("INSERT INTO books (isbn, title) VALUES ($1, $2)")
            .bind(&book.isbn)
            .bind(&book.title)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO copies (isbn, number) SELECT $1, generate_series(1, $2)")
            .bind(&book.isbn)
            .bind(book.copies)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }
}
