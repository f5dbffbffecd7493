using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Options;

/// <summary>Lists of <c>key=value</c> from the command line and from files.</summary>
internal static class KeyValues
{
    /// <summary>A key alone has an empty value; a later one counts.</summary>
    public static Dictionary<string, string> Map(IEnumerable<string> pairs)
    {
        Dictionary<string, string> map = [];
        foreach (string pair in pairs)
        {
            int equals = pair.IndexOf('=');
            map[equals < 0 ? pair : pair[..equals]] = equals < 0 ? "" : pair[(equals + 1)..];
        }
        return map;
    }

    public static string RequireValue(string pair) =>
        pair.IndexOf('=') > 0 ? pair : throw new FormatException($"invalid argument \"{pair}\": a key=value pair is expected");

    /// <summary>The files' lines first, so that the command line overrides them. A name alone takes its value from our own environment, and
    /// is left out where that has none.</summary>
    public static List<string> Environment(IEnumerable<string> files, IEnumerable<string> variables)
    {
        List<string> result = [];
        foreach (string file in files) Take(result, Lines(file, "env file"), fromFile: true);
        Take(result, variables, fromFile: false);
        return result;
    }

    private static void Take(List<string> result, IEnumerable<string> variables, bool fromFile)
    {
        foreach (string variable in variables)
        {
            if (variable.Contains('=')) result.Add(variable);
            else if (System.Environment.GetEnvironmentVariable(variable) is { } value) result.Add($"{variable}={value}");
            else if (!fromFile) result.Add(variable);
        }
    }

    /// <summary>The lines of a file of labels or variables, without comments and empty ones.</summary>
    public static IEnumerable<string> Lines(string path, string what)
    {
        string[] lines;
        try
        {
            // A carriage return ends no line by itself: it may be part of a value.
            lines = File.ReadAllText(path).Split('\n');
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new CliException($"open {path}: {FileFailure.Text(e)}", 125);
        }
        foreach (string line in lines)
        {
            string text = (line.EndsWith('\r') ? line[..^1] : line).TrimStart();
            if (text.Length == 0 || text[0] == '#') continue;
            int equals = text.IndexOf('=');
            string name = equals < 0 ? text : text[..equals];
            if (name.Length == 0) throw new CliException($"invalid {what} ({path}): no variable name on line '{text}'", 125);
            if (name.Any(char.IsWhiteSpace))
                throw new CliException($"invalid {what} ({path}): variable '{name}' contains whitespaces", 125);
            yield return text;
        }
    }
}
