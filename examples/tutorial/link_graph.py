# SPDX-FileCopyrightText: 2026 The fibers authors
# SPDX-License-Identifier: MIT
"""The links between the pages of a site as a directed graph, in Graphviz's language."""
import asyncio
from urllib.parse import urldefrag, urljoin

from support.web import Session, hrefs, page

Graph = dict[str, list[str]]


async def visit(session: Session, url: str, graph: Graph) -> None:
    graph[url] = []  # before the first await: whoever comes later knows that somebody is here
    response = await session.get(url)
    links = hrefs(response.text()) if response.status == 200 else []
    found = {urldefrag(urljoin(url, link)).url for link in links}
    graph[url] = sorted(link for link in found if link.startswith(page("/")))
    async with asyncio.TaskGroup() as group:
        for link in graph[url]:
            if link not in graph:
                graph[link] = []
                group.create_task(visit(session, link, graph))


async def main() -> None:
    graph: Graph = {}
    async with Session() as session:
        await visit(session, page("/"), graph)
    print("digraph site {")
    for url, links in sorted(graph.items()):
        for link in links:
            print(f'    "{url.removeprefix(page(""))}" -> "{link.removeprefix(page(""))}";')
    print("}")


asyncio.run(main())
