using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gantry.Shape.Json;

/// <summary>JSON by hand is quick and forgets: each property has to come back.</summary>
public sealed class HandWrittenTests
{
    private const string List = "tests/Gantry.Shape.Tests/Json/HandWritten.cs";

    [Fact]
    public void EveryPropertyComesBack() => Ceiling.Hold("hand-written JSON loses no property",
        "Write it and read it where the others of its type are.",
        from trip in HandWritten.RoundTrips
        from lost in Lost(trip)
        select lost);

    [Fact]
    public void EveryWriterAndReaderIsTested() => Ceiling.Hold("hand-written JSON is tested",
        $"Add the pair to {List}; where it has no other half, say there why.",
        from project in Repository.Products
        from file in project.Files
        from type in file.Syntax.DescendantNodes().OfType<TypeDeclarationSyntax>()
        where Handles(type) && !IsKnown(type.Identifier.ValueText)
        select new Finding(project.Folder, SourceFile.Place(type.Identifier.GetLocation()),
            $"{type.Identifier.ValueText} writes or reads JSON by hand"));

    [Fact]
    public void TheListNamesNobodyElse()
    {
        HashSet<string> handling = [.. from project in Repository.Products
            from file in project.Files
            from type in file.Syntax.DescendantNodes().OfType<TypeDeclarationSyntax>()
            where Handles(type)
            select type.Identifier.ValueText];
        string[] gone = [.. HandWritten.RoundTrips.SelectMany(trip => trip.By).Concat(HandWritten.Others.Keys).Distinct().Except(handling)];
        Assert.True(gone.Length == 0, $"Take them from {List}, they write or read no JSON by hand: {string.Join(", ", gone)}");
    }

    private static IEnumerable<Finding> Lost(RoundTrip trip)
    {
        (object before, IReadOnlyList<object> after) = trip.Run();
        var back = after.Select(Properties.Of).ToArray();
        foreach ((string path, (Type owner, string name, string value)) in Properties.Of(before))
        {
            if (back.Any(found => found.TryGetValue(path, out var same) && same.Value == value)) continue;
            string instead = back.Select(found => found.TryGetValue(path, out var other) ? other.Value : null)
                .FirstOrDefault(other => other is not null) ?? "nothing";
            (string project, string place) = Declared(owner, name);
            yield return new(project, place,
                $"{trip.Type.Name}{path} was {value} and comes back from {string.Join(" and ", trip.By)} as {instead}");
        }
    }

    /// <summary>Where a property is declared.</summary>
    private static (string Project, string Place) Declared(Type type, string name)
    {
        foreach (SourceFile file in Repository.Products.SelectMany(project => project.Files))
        {
            foreach (TypeDeclarationSyntax node in file.Syntax.DescendantNodes().OfType<TypeDeclarationSyntax>()
                .Where(node => node.Identifier.ValueText == type.Name))
            {
                SyntaxToken? token = node.Members.OfType<PropertyDeclarationSyntax>().Select(property => property.Identifier)
                    .Concat(node.ParameterList?.Parameters.Select(parameter => parameter.Identifier) ?? []).Cast<SyntaxToken?>()
                    .FirstOrDefault(identifier => identifier!.Value.ValueText == name);
                if (token is { } found) return (Finding.ProjectOf(file.Path), SourceFile.Place(found.GetLocation()));
            }
        }
        return ("src", type.FullName!);
    }

    private static bool IsKnown(string name) =>
        HandWritten.Others.ContainsKey(name) || HandWritten.RoundTrips.Any(trip => trip.By.Contains(name));

    /// <summary>Writes members with a writer it is given or makes, or makes objects from elements.
    /// The serializer's converters are the serializer's.</summary>
    private static bool Handles(TypeDeclarationSyntax type)
    {
        if (type.BaseList?.ToString().Contains("JsonConverter") == true) return false;
        return type.Members.SelectMany(member => member.DescendantNodesAndSelf(node => node == member || node is not TypeDeclarationSyntax))
            .Any(node => node switch
        {
            ParameterSyntax { Type: { } taken } parameter => taken.ToString() is "Utf8JsonWriter" or "JsonFields"
                || (taken.ToString() == "JsonElement" && parameter.Parent?.Parent is MethodDeclarationSyntax method
                && method.ReturnType is not PredefinedTypeSyntax),
            VariableDeclarationSyntax local => local.Type.ToString() == "Utf8JsonWriter",
            InvocationExpressionSyntax call => call.Expression.ToString() is "JsonFields.ParseObject" or "JsonFields.Write"
                or "InitWriter.Build" or "SpecReader.Parse",
            _ => false,
        });
    }
}
