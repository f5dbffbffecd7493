using Gantry.Shape.Sources;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Gantry.Shape.Documents;

/// <summary>A Markdown file: what it says in code, where its links lead, and its tables.</summary>
public sealed class Document
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UsePreciseSourceLocation().Build();
    private readonly string _text;
    private readonly MarkdownDocument _content;

    /// <param name="path">From the root of the repository.</param>
    public Document(string path)
    {
        Path = path;
        _text = File.ReadAllText(Repository.Absolute(path));
        _content = Markdown.Parse(_text, Pipeline);
    }

    /// <summary>Those that say what is so; CHANGELOG.md says what was.</summary>
    public static IReadOnlyList<Document> All { get; } =
        [.. from path in Repository.Entries
            where path is "README.md" or "CONTRIBUTING.md" or "SPECIFICATION.md"
                || (path.StartsWith("docs/", StringComparison.Ordinal) && path.EndsWith(".md", StringComparison.Ordinal))
            orderby path
            select new Document(path)];

    public string Path { get; }

    /// <summary>What stands in backticks.</summary>
    public IEnumerable<DocumentText> Spans =>
        _content.Descendants<CodeInline>().Select(code => new DocumentText(Place(code), code.Content));

    public IEnumerable<DocumentText> Links =>
        from link in _content.Descendants<LinkInline>() where link.Url is not null select new DocumentText(Place(link), link.Url!);

    /// <summary>The lines of what is to be typed: indented blocks, and fenced ones of a shell.</summary>
    public IEnumerable<DocumentText> CommandLines =>
        from block in _content.Descendants<CodeBlock>()
        where block is not FencedCodeBlock { Info: not ("sh" or "bash" or "console") }
        from line in block.Lines.Lines.Take(block.Lines.Count).Index()
        select new DocumentText($"{Path}:{line.Item.Line + 1}", line.Item.Slice.ToString());

    /// <summary>Those of all tables but the heads: each cell as it is written, with an empty one at the end.</summary>
    public IEnumerable<DocumentRow> Rows =>
        from table in _content.Descendants<Table>()
        let head = Cells(table.OfType<TableRow>().First())
        from row in table.OfType<TableRow>()
        where !row.IsHeader
        select new DocumentRow(Place(row), head, [.. Cells(row)]);

    private IReadOnlyList<string> Cells(TableRow row) =>
        [.. row.OfType<TableCell>().Select(cell => cell.Span.IsEmpty ? "" : _text.Substring(cell.Span.Start, cell.Span.Length).Trim())];

    private string Place(MarkdownObject part) => $"{Path}:{part.Line + 1}";
}

/// <param name="Place">Where an editor opens it: <c>path:line</c>.</param>
public sealed record DocumentText(string Place, string Text);

/// <param name="Head">What stands above each cell.</param>
public sealed record DocumentRow(string Place, IReadOnlyList<string> Head, IReadOnlyList<string> Cells);
