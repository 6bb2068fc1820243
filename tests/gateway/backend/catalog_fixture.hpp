#pragma once

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <variant>

#include "gateway/backend/catalog_loader.hpp"
#include "tests/support/private_postgres.hpp"

namespace tests {

/// Each test has a database of its own on the program's one server.
class CatalogLoader : public testing::Test {
protected:
    CatalogLoader() {
        static int number = 0;
        database_ = "catalog_" + std::to_string(++number);
        server_.execute("create database " + database_);
    }
    void execute(const std::string& sql) { server_.execute(sql, database_); }
    gateway::backend::CatalogSnapshot read() {
        auto read = gateway::backend::read_catalog(server_.connection_string(database_));
        if (const auto* error = std::get_if<gateway::backend::CatalogError>(&read))
            throw std::runtime_error(error->message);
        return std::get<gateway::backend::CatalogSnapshot>(read);
    }

    PrivatePostgres& server_ = PrivatePostgres::shared();
    std::string database_;
};

}  // namespace tests
