// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace source_tree {

/// A source file of ours.
struct File {
    std::string path;                   ///< Relative to the top of the tree.
    std::vector<std::string> lines;     ///< Its lines as written.
    std::vector<std::string> code;      ///< The same lines without comments and the insides of literals.
    std::vector<std::string> includes;  ///< What its #include lines name, in order.
};

/// A function's body, as found by counting braces.
struct Function {
    std::size_t first_line;  ///< Where its body opens, from 1.
    std::size_t length;      ///< Lines, both braces counted.
};

/// All files below `directory` (relative to the top) with one of the endings .hpp .cpp .h .c, sorted by path.
std::vector<File> read_files(std::string_view directory);

/// The functions defined in `file`. Lambdas count to the function that they stand in.
std::vector<Function> functions_of(const File& file);

}  // namespace source_tree
