// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "source_tree.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

namespace source_tree {

namespace {

namespace fs = std::filesystem;

/// Takes comments and the insides of literals out, line by line; remembers a block comment across lines.
class Stripper {
public:
    std::string strip(std::string_view line) {
        std::string code;
        for (std::size_t i = 0; i < line.size(); ++i) {
            const auto two = line.substr(i, 2);
            if (in_comment_) {
                in_comment_ = two != "*/";
                if (!in_comment_) ++i;
            } else if (two == "//") {
                break;
            } else if (two == "/*") {
                in_comment_ = true;
                ++i;
            } else if (line[i] == '"' || is_character(line, i)) {
                code += line[i];
                i = end_of_literal(line, i);
                code += line[i];
            } else {
                code += line[i];
            }
        }
        return code;
    }

private:
    // A quote between digits is a separator.
    static bool is_character(std::string_view line, std::size_t at) {
        return line[at] == '\'' && (at == 0 || std::isalnum(static_cast<unsigned char>(line[at - 1])) == 0);
    }

    static std::size_t end_of_literal(std::string_view line, std::size_t from) {
        for (std::size_t i = from + 1; i < line.size(); ++i) {
            if (line[i] == line[from]) return i;
            if (line[i] == '\\') ++i;
        }
        return line.size() - 1;
    }

    bool in_comment_ = false;
};

/// What an #include line names; empty for any other line.
std::string_view included_by(std::string_view line) {
    constexpr std::string_view directive = "#include ";
    if (!line.starts_with(directive)) return {};
    const auto end = line.find_last_of("\">");
    return line.substr(directive.size() + 1, end - directive.size() - 1);
}

File read_file(const fs::path& path, const fs::path& top) {
    File file;
    file.path = path.lexically_relative(top).generic_string();
    std::ifstream stream(path);
    Stripper stripper;
    for (std::string line; std::getline(stream, line);) {
        if (const auto name = included_by(line); !name.empty()) file.includes.emplace_back(name);
        file.code.push_back(stripper.strip(line));
        file.lines.push_back(std::move(line));
    }
    return file;
}

/// Whether a brace after `text` opens something that functions are defined in: behind the last parenthesis
/// there is the word that says so. (An alignas has parentheses of its own.)
bool opens_scope(std::string text) {
    if (const auto alignment = text.find("alignas("); alignment != std::string::npos) {
        text.erase(alignment, text.find(')', alignment) - alignment + 1);
    }
    std::string words = " " + text.substr(text.find_last_of("()") + 1) + " ";
    std::ranges::replace(words, '>', ' ');
    constexpr std::string_view scopes[] = {" namespace ", " class ", " struct ",
                                           " union ",     " enum ",  " extern "};
    return std::ranges::any_of(scopes, [&](auto word) { return words.find(word) != std::string::npos; });
}

}  // namespace

std::vector<File> read_files(std::string_view directory) {
    const fs::path top(FIBERS_SOURCE_DIR);
    std::vector<File> files;
    if (!fs::exists(top / directory)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(top / directory)) {
        const auto ending = entry.path().extension();
        const bool is_source = ending == ".hpp" || ending == ".cpp" || ending == ".h" || ending == ".c";
        if (entry.is_regular_file() && is_source) files.push_back(read_file(entry.path(), top));
    }
    std::ranges::sort(files, {}, &File::path);
    return files;
}

std::vector<Function> functions_of(const File& file) {
    std::vector<Function> functions;
    std::string statement;      // what stands since the last brace or semicolon
    std::size_t depth = 0;      // open braces, those of namespaces and classes not counted
    std::size_t opened_at = 0;  // where the outermost of them stands
    bool is_function = false;
    for (std::size_t number = 0; number < file.code.size(); ++number) {
        if (file.code[number].starts_with('#')) continue;
        for (const char c : file.code[number]) {
            if (c == '{' && depth == 0 && !opens_scope(statement)) {
                is_function = statement.find(')') != std::string::npos;
                opened_at = number;
                depth = 1;
            } else if (c == '{' && depth > 0) {
                ++depth;
            } else if (c == '}' && depth > 0 && --depth == 0 && is_function) {
                functions.push_back({opened_at + 1, number - opened_at + 1});
            }
            if (c == '{' || c == '}' || c == ';') {
                statement.clear();
            } else {
                statement += c;
            }
        }
        statement += ' ';
    }
    return functions;
}

}  // namespace source_tree
