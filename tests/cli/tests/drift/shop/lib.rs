//! A small shop: what an entity can say, once each, so that each can drift.

pub mod customer;
pub mod product;
pub mod purchase;
pub mod tagging;
