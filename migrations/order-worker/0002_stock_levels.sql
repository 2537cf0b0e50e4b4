INSERT INTO stock (sku, available) VALUES
    ('TEA-001', NULL),
    ('TEA-002', 5000),
    ('CUP-010', 800),
    ('POT-020', 40),
    ('RARE-404', 0);
