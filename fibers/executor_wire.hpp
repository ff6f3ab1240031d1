// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
//
// Values as bytes, for another process that is a copy of this one.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace fibers::detail {

// Bytes to be sent.
class WireWriter {
public:
    void put(const void* bytes, std::size_t size) { bytes_.append(static_cast<const char*>(bytes), size); }
    void put_size(std::size_t size) {
        const std::uint64_t wide = size;
        put(&wide, sizeof wide);
    }
    void clear() noexcept { bytes_.clear(); }
    std::string_view bytes() const noexcept { return bytes_; }

private:
    std::string bytes_;
};

// Bytes that came. Throws std::length_error if there are fewer than asked for.
class WireReader {
public:
    explicit WireReader(std::string_view bytes) noexcept : left_(bytes) {}
    const char* get(std::size_t size) {
        if (size > left_.size()) throw std::length_error("a message between processes is cut short");
        const char* const at = left_.data();
        left_.remove_prefix(size);
        return at;
    }
    void get(void* bytes, std::size_t size) {
        if (size > 0) std::memcpy(bytes, get(size), size);
    }
    // How many elements follow, each of at least `least` bytes.
    std::size_t get_size(std::size_t least) {
        std::uint64_t size = 0;
        get(&size, sizeof size);
        if (least > 0 && size > left_.size() / least) {
            throw std::length_error("a message between processes is cut short");
        }
        return static_cast<std::size_t>(size);
    }

private:
    std::string_view left_;
};

// Trivially copyable types whose bytes mean nothing in another process.
template <class T>
struct RefersElsewhere
    : std::bool_constant<std::is_pointer_v<T> && !std::is_function_v<std::remove_pointer_t<T>>> {};
template <class C, class Traits>
struct RefersElsewhere<std::basic_string_view<C, Traits>> : std::true_type {};
template <class T, std::size_t n>
struct RefersElsewhere<std::span<T, n>> : std::true_type {};
template <class T>
struct RefersElsewhere<std::reference_wrapper<T>> : std::true_type {};

// How a T becomes bytes: `can` says whether it does. The bytes of a trivially copyable one.
template <class T>
struct Wire {
    static constexpr bool bytes =
        std::is_trivially_copyable_v<T> && std::is_object_v<T> && !RefersElsewhere<T>::value;
    static constexpr bool can = bytes;
    static void write(WireWriter& out, const T& value) { out.put(std::addressof(value), sizeof value); }
    static T read(WireReader& in) {
        // No default constructor needed: the bytes are the object.
        std::array<std::byte, sizeof(T)> raw;
        in.get(raw.data(), raw.size());
        return std::bit_cast<T>(raw);
    }
};

// Strings and vectors: a count, and the elements; at once if their bytes are all there is to them.
template <class Sequence>
struct WireSequence {
    using Element = typename Sequence::value_type;
    static constexpr bool bytes = false;
    static constexpr bool can = Wire<Element>::can;
    static constexpr bool at_once = Wire<Element>::bytes && !std::is_same_v<Sequence, std::vector<bool>>;

    static void write(WireWriter& out, const Sequence& value) {
        out.put_size(value.size());
        if constexpr (at_once) {
            out.put(value.data(), value.size() * sizeof(Element));
        } else {
            for (const auto& element : value) Wire<Element>::write(out, element);
        }
    }
    static Sequence read(WireReader& in) {
        const std::size_t size = in.get_size(at_once ? sizeof(Element) : 0);
        Sequence value;
        if constexpr (at_once && std::is_default_constructible_v<Element>) {
            const char* const first = in.get(size * sizeof(Element));
            value.resize(size);
            if (size > 0) std::memcpy(static_cast<void*>(value.data()), first, size * sizeof(Element));
        } else {
            for (std::size_t i = 0; i < size; ++i) value.push_back(Wire<Element>::read(in));
        }
        return value;
    }
};
template <class C, class Traits, class A>
struct Wire<std::basic_string<C, Traits, A>> : WireSequence<std::basic_string<C, Traits, A>> {};
template <class T, class A>
struct Wire<std::vector<T, A>> : WireSequence<std::vector<T, A>> {};

template <class... T>
struct Wire<std::tuple<T...>> {
    static constexpr bool bytes = false;
    static constexpr bool can = (Wire<T>::can && ...);
    static void write(WireWriter& out, const std::tuple<T...>& value) {
        std::apply([&](const T&... element) { (Wire<T>::write(out, element), ...); }, value);
    }
    static std::tuple<T...> read(WireReader& in) { return std::tuple<T...>{Wire<T>::read(in)...}; }
};
template <class A, class B>
struct Wire<std::pair<A, B>> {
    static constexpr bool bytes = false;
    static constexpr bool can = Wire<A>::can && Wire<B>::can;
    static void write(WireWriter& out, const std::pair<A, B>& value) {
        Wire<A>::write(out, value.first);
        Wire<B>::write(out, value.second);
    }
    static std::pair<A, B> read(WireReader& in) {
        return std::pair<A, B>{Wire<A>::read(in), Wire<B>::read(in)};
    }
};
template <class T>
struct Wire<std::optional<T>> {
    static constexpr bool bytes = false;
    static constexpr bool can = Wire<T>::can;
    static void write(WireWriter& out, const std::optional<T>& value) {
        out.put_size(value ? 1 : 0);
        if (value) Wire<T>::write(out, *value);
    }
    static std::optional<T> read(WireReader& in) {
        return in.get_size(0) ? std::optional<T>(Wire<T>::read(in)) : std::nullopt;
    }
};
template <>
struct Wire<void> {
    static constexpr bool can = true;
};

}  // namespace fibers::detail
