using System.Text.RegularExpressions;
using Gantry.Shape.Documents;

namespace Gantry.Shape.Projects;

/// <summary>The table of docs/decisions/0002-projects.md: who may name whom.</summary>
internal static partial class ReferenceTable
{
    public const string Path = "docs/decisions/0002-projects.md";

    /// <summary>In the table's order: the project, where it stands, and what it references, which may be nothing.</summary>
    public static IReadOnlyList<(string Project, string Place, IReadOnlyList<string> References)> Read() =>
        [.. from row in new Document(Path).Rows
            where row.Cells.Count == 2 && Name().IsMatch(row.Cells[0])
            select (Name().Match(row.Cells[0]).Value, row.Place,
                (IReadOnlyList<string>)[.. Name().Matches(row.Cells[1]).Select(match => match.Value)])];

    [GeneratedRegex(@"Gantry\.\w+")]
    private static partial Regex Name();
}
