// SPDX-FileCopyrightText: 2026 The fibers authors
// SPDX-License-Identifier: MIT
#include "links.hpp"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

#include <memory>

#include <http/url.hpp>

namespace areq {

namespace {

// What the parser tells us as it goes along. No tree is built: we need one attribute.
struct Hrefs {
    std::vector<std::string> links;
    std::string base;  // the first <base href>
};

// libxml2 calls this from C for each opening tag: no exception may pass.
void on_element(void* context, const xmlChar* name, const xmlChar** attributes) noexcept {
    auto& hrefs = *static_cast<Hrefs*>(context);
    for (; attributes != nullptr && *attributes != nullptr; attributes += 2) {
        if (xmlStrcmp(attributes[0], BAD_CAST "href") != 0 || attributes[1] == nullptr) continue;
        const auto* const value = reinterpret_cast<const char*>(attributes[1]);
        if (xmlStrcmp(name, BAD_CAST "base") != 0) {
            hrefs.links.emplace_back(value);
        } else if (hrefs.base.empty()) {
            hrefs.base = value;
        }
    }
}

Hrefs parse_html(std::string_view html, const std::string& charset) {
    struct Free {
        void operator()(htmlParserCtxt* parser) const noexcept { htmlFreeParserCtxt(parser); }
    };
    Hrefs hrefs;
    htmlSAXHandler handler{};
    handler.startElement = on_element;
    const std::unique_ptr<htmlParserCtxt, Free> parser(
        htmlCreatePushParserCtxt(&handler, &hrefs, nullptr, 0, nullptr, XML_CHAR_ENCODING_NONE));
    if (!parser) return hrefs;
    htmlCtxtUseOptions(parser.get(),
                       HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    if (xmlCharEncodingHandler* const encoding =
            charset.empty() ? nullptr : xmlFindCharEncodingHandler(charset.c_str())) {
        xmlSwitchToEncoding(parser.get(), encoding);
    }
    htmlParseChunk(parser.get(), html.data(), static_cast<int>(html.size()), 0);
    htmlParseChunk(parser.get(), nullptr, 0, 1);
    return hrefs;
}

}  // namespace

// By hand: std::regex recurses for each character and would need a stack as long as the page.
std::vector<std::string> match_hrefs(std::string_view html) {
    constexpr std::string_view opening = "href=\"";
    std::vector<std::string> result;
    for (auto at = html.find(opening); at != std::string_view::npos; at = html.find(opening, at)) {
        at += opening.size();
        const auto end = html.find_first_of("\"\n", at);
        if (end == std::string_view::npos) break;
        if (html[end] == '\n') continue;  // "." matches no line break
        result.emplace_back(html.substr(at, end - at));
        at = end + 1;
    }
    return result;
}

std::set<std::string> find_links(std::string_view html, const std::string& url, LinkFinder finder,
                                 const std::string& charset) {
    auto base = http::Url::parse(url);
    if (!base) return {};
    Hrefs hrefs;
    if (finder == LinkFinder::html) {
        hrefs = parse_html(html, charset);
    } else {
        hrefs.links = match_hrefs(html);
    }
    if (!hrefs.base.empty()) {
        const auto absolute = base->resolve(hrefs.base);
        if (auto new_base = absolute ? http::Url::parse(*absolute) : std::nullopt) base = std::move(new_base);
    }
    std::set<std::string> result;
    for (const auto& href : hrefs.links) {
        if (auto link = base->resolve(href)) result.insert(std::move(*link));
    }
    return result;
}

}  // namespace areq
