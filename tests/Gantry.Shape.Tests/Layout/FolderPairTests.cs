using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;

namespace Gantry.Shape.Layout;

/// <summary>Of two folders of a project, one stands on the other. A folder and its own parent are two folders like any others.</summary>
public sealed class FolderPairTests
{
    [Fact]
    public void NoTwoFoldersUseEachOther() => Ceiling.Hold("no two folders use each other",
        "Of two folders of one project the types of only one use the other's: move a type, or give the lower folder an interface or a "
            + "value in its place.",
        Repository.Products.SelectMany(Pairs));

    private static IEnumerable<Finding> Pairs(Project project)
    {
        ILookup<(string From, string To), TypeUse> uses = project.Assembly.Uses()
            .ToLookup(use => (Path.GetDirectoryName(use.File)!, use.Used.File.Folder));
        foreach (var there in uses.OrderBy(group => group.Key))
        {
            (string from, string to) = there.Key;
            if (string.CompareOrdinal(from, to) >= 0 || !uses.Contains((to, from))) continue;
            TypeUse[] forth = [.. there], back = [.. uses[(to, from)]];
            // The rarer direction is the one to take away.
            TypeUse[] fewer = forth.Length <= back.Length ? forth : back;
            yield return new(project.Folder, fewer[0].Place,
                $"{from} and {to} use each other, {forth.Length} times and {back.Length} times; of the {fewer.Length}: {Examples(fewer)}");
        }
    }

    private static string Examples(TypeUse[] uses) =>
        string.Join(", ", uses.DistinctBy(use => (use.File, use.Used)).Take(3).Select(use => $"{use.Used.Name} in {use.Place}"));
}
