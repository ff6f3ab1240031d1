// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// The order of the house: layers, who may include which package, sizes of files and functions.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include "support/source_tree.hpp"

namespace {

using source_tree::File;

constexpr std::size_t longest_file = 400;
constexpr std::size_t longest_function = 50;

std::vector<File> files_of(std::initializer_list<std::string_view> directories) {
    std::vector<File> all;
    for (const auto directory : directories) {
        auto files = source_tree::read_files(directory);
        std::ranges::move(files, std::back_inserter(all));
    }
    return all;
}

std::string without_ending(std::string_view path) {
    return std::string(path.substr(0, path.rfind('.')));
}

/// tests/layers.txt.
class Layers {
public:
    Layers() {
        std::ifstream stream(std::string(FIBERS_SOURCE_DIR) + "/tests/layers.txt");
        for (std::string line; std::getline(stream, line);) {
            std::istringstream words(line);
            int floor = 0;
            if (!(words >> floor)) continue;
            for (std::string name; words >> name;) floors_[name] = floor;
        }
    }

    /// The floor of the line that fits best; nothing if none fits.
    std::optional<int> floor_of(std::string_view path) const {
        const std::string name = without_ending(path);
        if (const auto exact = floors_.find(name); exact != floors_.end()) return exact->second;
        for (std::size_t length = name.size(); length > 0; --length) {
            const auto found = floors_.find(name.substr(0, length) + "*");
            if (found != floors_.end()) return found->second;
        }
        return std::nullopt;
    }

private:
    std::map<std::string, int> floors_;
};

/// One include that a file must not have; empty if it has none.
std::string arrow_up(const Layers& layers, const File& file) {
    for (const auto& include : file.includes) {
        const bool ours = include.starts_with("fibers/") || include.starts_with("netpatch/");
        if (ours && !layers.floor_of(include)) return include + ", which has no floor";
        if (ours && *layers.floor_of(include) > *layers.floor_of(file.path)) return include;
    }
    return {};
}

/// The paths that can be reached from `path` by includes, itself among them.
void reach(const std::map<std::string, const File*>& files, const std::string& path,
           std::set<std::string>& reached) {
    const auto file = files.find(path);
    if (file == files.end() || !reached.insert(path).second) return;
    for (const auto& include : file->second->includes) reach(files, include, reached);
}

/// What a user's program sees when it includes the two public headers.
std::set<std::string> public_headers(const std::vector<File>& files) {
    std::map<std::string, const File*> by_path;
    for (const auto& file : files) by_path[file.path] = &file;
    std::set<std::string> reached;
    reach(by_path, "fibers/fibers.hpp", reached);
    reach(by_path, "netpatch/netpatch.hpp", reached);
    return reached;
}

/// The macros that stay defined behind `file`.
std::set<std::string> macros_left_by(const File& file) {
    std::set<std::string> macros;
    for (const auto& line : file.code) {
        std::istringstream words(line);
        std::string directive, name;
        words >> directive >> name;
        if (directive == "#define") macros.insert(name.substr(0, name.find('(')));
        if (directive == "#undef") macros.erase(name);
    }
    return macros;
}

/// directory, files, median and longest length.
std::string table_of_lengths(const std::vector<File>& files) {
    std::map<std::string, std::vector<std::size_t>> lengths;
    for (const auto& file : files) {
        lengths[file.path.substr(0, file.path.rfind('/'))].push_back(file.lines.size());
    }
    std::ostringstream table;
    table << std::left << std::setw(28) << "directory"
          << "files  median  longest\n";
    for (auto& [directory, all] : lengths) {
        std::ranges::sort(all);
        table << std::left << std::setw(28) << directory << std::right << std::setw(5) << all.size()
              << std::setw(8) << all[all.size() / 2] << std::setw(9) << all.back() << '\n';
    }
    return table.str();
}

}  // namespace

TEST_CASE("no include points up: a file includes only its own floor of the house and those below",
          "[house]") {
    const Layers layers;
    const auto files = files_of({"fibers", "netpatch"});
    REQUIRE_FALSE(files.empty());
    for (const auto& file : files) {
        INFO(file.path << ": tests/layers.txt says on which floor it lives");
        CHECK(layers.floor_of(file.path));
        if (layers.floor_of(file.path)) CHECK(arrow_up(layers, file) == "");
    }
}

TEST_CASE("each package of the core is included in one place only", "[house]") {
    struct Rule {
        std::string_view package;         // how the include begins
        std::vector<std::string> places;  // how the paths begin that may
    };
    const std::vector<Rule> rules = {{"boost/", {"fibers/kernel/stack", "fibers/kernel/context"}},
                                     {"event2/", {"fibers/kernel/poller"}},
                                     {"event.h", {}},
                                     {"ares", {"fibers/net/resolver"}}};
    for (const auto& file : files_of({"fibers", "netpatch"})) {
        for (const auto& include : file.includes) {
            for (const auto& rule : rules) {
                if (!include.starts_with(rule.package)) continue;
                INFO(file.path << " includes " << include);
                CHECK(std::ranges::any_of(rule.places,
                                          [&](const auto& place) { return file.path.starts_with(place); }));
            }
        }
    }
}

TEST_CASE("examples see only public headers", "[house]") {
    for (const auto& file : files_of({"examples"})) {
        for (const auto& include : file.includes) {
            INFO(file.path << " includes " << include);
            CHECK_FALSE(include.starts_with("fibers/kernel/"));
            if (include.starts_with("netpatch/")) CHECK(include == "netpatch/netpatch.hpp");
        }
    }
}

TEST_CASE("public headers leave no macros behind", "[house]") {
    const auto files = files_of({"fibers", "netpatch"});
    const auto headers = public_headers(files);
    REQUIRE(headers.contains("fibers/fibers.hpp"));
    for (const auto& file : files) {
        INFO(file.path);
        if (headers.contains(file.path)) CHECK(macros_left_by(file) == std::set<std::string>{});
    }
}

TEST_CASE("every source file names its authors and its licence first", "[house]") {
    for (const auto& file : files_of({"fibers", "netpatch", "examples", "tests"})) {
        INFO(file.path);
        REQUIRE(file.lines.size() > 2);
        CHECK(file.lines[0].ends_with("SPDX-FileCopyrightText: 2026 The fibers authors"));
        CHECK(file.lines[1].ends_with("SPDX-License-Identifier: MIT"));
    }
}

TEST_CASE("no file is longer than 400 lines, no function than 50", "[house]") {
    const auto files = files_of({"fibers", "netpatch", "examples", "tests"});
    std::cout << table_of_lengths(files);
    for (const auto& file : files) {
        INFO(file.path);
        CHECK(file.lines.size() <= longest_file);
        if (file.path.starts_with("tests/")) continue;  // a test's table may be long
        for (const auto& function : source_tree::functions_of(file)) {
            INFO("the function whose body begins in line " << function.first_line);
            CHECK(function.length <= longest_function);
        }
    }
}

TEST_CASE("the measure of functions: braces of scopes, literals, comments and lambdas are told apart",
          "[house]") {
    File file;
    file.code = {"namespace a {",
                 "struct S {",
                 "    int get() const { return x_; }",
                 "    int x_{0};",
                 "};",
                 "template <class T>",
                 "T twice(T x) {",
                 "    auto f = [&] {",
                 "        return x;",
                 "    };",
                 "    return f() + f();",
                 "}",
                 "}"};
    const auto functions = source_tree::functions_of(file);
    REQUIRE(functions.size() == 2);
    CHECK(functions[0].length == 1);
    CHECK(functions[1].first_line == 7);
    CHECK(functions[1].length == 6);
}
