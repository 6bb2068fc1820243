#include "gateway/cli/run.hpp"

#include <exception>
#include <iostream>
#include <variant>

#include "gateway/cli/change_users.hpp"
#include "gateway/cli/check.hpp"
#include "gateway/cli/command_line.hpp"
#include "gateway/cli/explain.hpp"
#include "gateway/config/load.hpp"
#include "gateway/detection/frozen_users.hpp"
#include "monitoring/build_information.hpp"

namespace gateway::cli {
namespace {

struct Runner {
    const ServeFunction& serve;

    int operator()(const Serve& command) const {
        auto loaded = config::load_file(command.config_file);
        if (const auto* mistakes = std::get_if<policies::Mistakes>(&loaded)) {
            for (const policies::Mistake& mistake : *mistakes)
                std::cerr << mistake.text() << '\n';
            return 2;
        }
        return serve(std::get<config::Config>(std::move(loaded)));
    }
    int operator()(const Check& command) const {
        return check(command, &backend::reader_for, &enforcement::rights_reader_for, std::cout, std::cerr);
    }
    int operator()(const ChangeUsers& command) const {
        return change_users(command, &read_password, std::cout, std::cerr);
    }
    int operator()(const Thaw& command) const {
        if (!command.name.empty()) {
            const auto why = detection::FrozenUsers::thaw(command.frozen_users_file, command.name);
            if (!why.empty()) std::cerr << "tabir: " << why << '\n';
            return why.empty() ? 0 : 2;
        }
        const auto frozen = detection::FrozenUsers::list(command.frozen_users_file);
        if (!frozen) {
            std::cerr << "tabir: " << frozen.error().message << '\n';
            return 2;
        }
        for (const std::string& line : *frozen)
            std::cout << line << '\n';
        return 0;
    }
    int operator()(const Version&) const {
        std::cout << "tabir " << monitoring::version() << '\n';
        return 0;
    }
    int operator()(const Explain& command) const {
        return explain(command, &backend::reader_for, std::cout, std::cerr);
    }
    int operator()(const Say& command) const {
        (command.code == 0 ? std::cout : std::cerr) << command.text;
        return command.code;
    }
};

}  // namespace

int run(int count, const char* const* words, const ServeFunction& serve) {
    try {
        return std::visit(Runner{serve}, command_of(count, words));
    } catch (const std::exception& error) {
        std::cerr << "tabir: " << error.what() << '\n';
        return 1;
    }
}

}  // namespace gateway::cli
