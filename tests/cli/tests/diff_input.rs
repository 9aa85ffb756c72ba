//! What `diff` refuses.
