using Mono.Cecil;

namespace Gantry.Shape.Api;

/// <summary>Whatever a client may ask is honoured, refused or answered with a warning, and never swallowed: each parameter of a query and
/// each field of a body is read by the engine's side, or named in <c>fields.json</c> with the reason why it need not be.</summary>
public sealed class ApiFieldTests
{
    private static readonly FieldList Fields = FieldList.Load();

    [Fact]
    public void EveryQueryParameterIsRead() => Hold(Operation.All.Where(IsAnswered).SelectMany(operation => operation.Query
        .Where(name => !HandlerCode.Of(operation)!.Texts.Contains(name)).Select(name => ($"{operation.Name} ?{name}", "nobody reads it"))));

    [Fact]
    public void EveryFieldOfABodyIsRead()
    {
        PropertyReads reads = new();
        Hold(Operation.All.Where(IsAnswered).SelectMany(operation => operation.BodyFields.Select(path =>
            ($"{operation.Name} {string.Join('.', path)}", Missing(reads, operation, path))).Where(field => field.Item2 is not null))!);
    }

    [Fact]
    public void EveryOperationIsAnswered() => Assert.True(Operation.All.Where(operation => !Fields.IsUnbuilt(operation))
        .All(operation => HandlerCode.Of(operation) is not null), "no route, and not named as unbuilt in fields.json:\n" + string.Join('\n',
            Operation.All.Where(operation => !Fields.IsUnbuilt(operation) && HandlerCode.Of(operation) is null)
                .Select(operation => operation.Name)));

    /// <summary>What is read by now is named no more.</summary>
    [Fact]
    public void TheListNamesNothingElse()
    {
        PropertyReads reads = new();
        HashSet<string> needed =
        [
            .. Operation.All.Where(IsAnswered).SelectMany(operation => operation.Query
                .Where(name => !HandlerCode.Of(operation)!.Texts.Contains(name)).Select(name => $"{operation.Name} ?{name}")),
            .. Operation.All.Where(IsAnswered).SelectMany(operation => operation.BodyFields
                .Where(path => Missing(reads, operation, path) is not null).Select(path => $"{operation.Name} {string.Join('.', path)}")),
        ];
        Assert.Empty(Fields.Unused(needed));
        Assert.Empty(Operation.All.Where(operation => Fields.IsUnbuilt(operation) && HandlerCode.Of(operation) is not null)
            .Select(operation => $"{operation.Name} is built"));
    }

    private static bool IsAnswered(Operation operation) => !Fields.IsRefusedWhole(operation) && HandlerCode.Of(operation) is not null;

    private static string? Missing(PropertyReads reads, Operation operation, IReadOnlyList<string> path)
    {
        TypeReference[] bodies = [.. HandlerCode.Of(operation)!.BodyTypes];
        if (bodies.Length == 0) return "the body is not read";
        string?[] missing = [.. bodies.Select(body => reads.Missing(body, path))];
        return missing.Contains(null) ? null : missing[0];
    }

    private static void Hold(IEnumerable<(string Field, string Why)> unread)
    {
        string[] unclassed = [.. unread.Where(one => !Fields.Names(one.Field)).Select(one => $"{one.Field}: {one.Why}")];
        Assert.True(unclassed.Length == 0, "swallowed: read it, refuse it or warn, or say in Api/fields.json why none of that is needed:\n"
            + string.Join('\n', unclassed));
    }
}
