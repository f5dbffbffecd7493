using Mono.Cecil;

namespace Gantry.Shape.Api;

/// <summary>Whatever a client may ask is honoured, refused or answered with a warning, and never swallowed: each parameter of a query and
/// each field of a body is read by the engine's side, or named in <c>fields.json</c> with the reason why it need not be.</summary>
public sealed class ApiFieldTests
{
    private static readonly FieldList Fields = FieldList.Load();
    private static readonly PropertyReads Reads = new();
    private static readonly Dictionary<Operation, HandlerCode?> Handlers =
        Operation.All.ToDictionary(operation => operation, HandlerCode.Of);

    private static IEnumerable<(string Field, string Why)> UnreadParameters => Answered.SelectMany(one => one.Operation.Query
        .Except(one.Code.Texts).Select(name => ($"{one.Operation.Name} ?{name}", "nobody reads it")));

    private static IEnumerable<(string Field, string Why)> UnreadFields =>
        from one in Answered
        from path in one.Operation.BodyFields
        let why = Missing(one.Code, path)
        where why is not null
        select ($"{one.Operation.Name} {string.Join('.', path)}", why);

    private static IEnumerable<(Operation Operation, HandlerCode Code)> Answered =>
        from handler in Handlers
        where handler.Value is not null && !Fields.IsRefusedWhole(handler.Key)
        select (handler.Key, handler.Value);

    [Fact]
    public void EveryQueryParameterIsRead() => Hold(UnreadParameters);

    [Fact]
    public void EveryFieldOfABodyIsRead() => Hold(UnreadFields);

    [Fact]
    public void EveryOperationIsAnswered()
    {
        string[] missing = [.. Handlers.Where(one => one.Value is null && !Fields.IsUnbuilt(one.Key)).Select(one => one.Key.Name)];
        Assert.True(missing.Length == 0, "no route, and not named as unbuilt in fields.json:\n" + string.Join('\n', missing));
    }

    /// <summary>What is read by now is named no more.</summary>
    [Fact]
    public void TheListNamesNothingElse()
    {
        Assert.Empty(Fields.Unused(UnreadParameters.Concat(UnreadFields).Select(one => one.Field).ToHashSet()));
        Assert.Empty(Handlers.Where(one => one.Value is not null && Fields.IsUnbuilt(one.Key)).Select(one => $"{one.Key.Name} is built"));
    }

    private static string? Missing(HandlerCode code, IReadOnlyList<string> path)
    {
        TypeReference[] bodies = [.. code.BodyTypes];
        if (bodies.Length == 0) return "the body is not read";
        string?[] missing = [.. bodies.Select(body => Reads.Missing(body, path))];
        return missing.Contains(null) ? null : missing[0];
    }

    private static void Hold(IEnumerable<(string Field, string Why)> unread)
    {
        string[] unclassed = [.. unread.Where(one => !Fields.Names(one.Field)).Select(one => $"{one.Field}: {one.Why}")];
        Assert.True(unclassed.Length == 0, "swallowed: read it, refuse it or warn, or say in Api/fields.json why none of that is needed:\n"
            + string.Join('\n', unclassed));
    }
}
