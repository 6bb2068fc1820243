#pragma once

#include "sql/catalog.hpp"
#include "sql/treatment.hpp"

namespace tests {

/// Oids of the relations of payments_catalog().
enum PaymentsOid : sql::Oid {
    customers = 16401,
    documents = 16402,
    tickets = 16403,
    transactions = 16404,
    contacts = 16405,  // a view over customers: id, telp
    vip = 16406,       // a view over contacts
    swapped = 16407,   // a view over customers: phone is called city, and city phone
    by_phone = 16408,  // a view of the customers with some phone numbers
    places = 16409,    // a view over customers: city
    towns = 16410,     // each city once
    labels = 16411,    // a view over customers, with a computed column
    own = 16412,       // a view of the customers that a function chooses
};

/// The sample payments database, as far as tests of statements need it.
[[nodiscard]] sql::Catalog payments_catalog();

/// Customers with masked phone and e-mail (both searchable) and a stripped address; documents without images.
[[nodiscard]] sql::Treatment support_treatment();

/// The same, customers and documents counted.
[[nodiscard]] sql::Treatment counted_treatment();

/// `treatment`, and every column of customers and tickets may be written; rows of documents may be inserted.
[[nodiscard]] sql::Treatment with_writes(sql::Treatment treatment);

}  // namespace tests
