INSERT INTO products (sku, name, price_minor, currency) VALUES
    ('TEA-001', 'Darjeeling, first flush, 100 g', 1290, 'EUR'),
    ('TEA-002', 'Sencha, 100 g', 1150, 'EUR'),
    ('CUP-010', 'Tea cup, stoneware', 1800, 'EUR'),
    ('POT-020', 'Teapot, cast iron', 7900, 'EUR'),
    -- Never in stock: an order of it shows what a rejection looks like.
    ('RARE-404', 'Tea that nobody ever found', 40400, 'EUR');
