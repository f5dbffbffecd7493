using Gantry.Cli.Options;

namespace Gantry.Cli.Builds.Calls;

/// <summary>What <c>--call</c> asks for: <c>METHOD[,format=json|table]</c>.</summary>
/// <param name="Method"><c>build</c>, <c>check</c>, <c>outline</c> or <c>targets</c>.</param>
internal sealed record CallChoice(string Method, bool IsJson)
{
    public static CallChoice Build { get; } = new("build", false);

    public static CallChoice Check { get; } = new("check", false);

    /// <exception cref="FormatException">There is no such thing.</exception>
    public static CallChoice Parse(string text)
    {
        List<string> fields = CsvFields.Split(text);
        // As buildx calls the one that is the other's.
        string method = fields[0] == "lint" ? Check.Method : fields[0];
        if (method is not ("build" or "check" or "outline" or "targets"))
            throw new FormatException($"\"{fields[0]}\" is not supported: valid are build, check, outline and targets");
        bool isJson = false;
        foreach (string field in fields.Skip(1))
        {
            isJson = field switch
            {
                "format=json" => true,
                "format=table" or "format=text" => false,
                _ => throw new FormatException($"\"{field}\" is not supported: format=json and format=table are"),
            };
        }
        return method == "build" && isJson ? throw new FormatException("build has no format") : new CallChoice(method, isJson);
    }
}
