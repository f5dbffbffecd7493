using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>The <c>--format</c> of lists and of descriptions.</summary>
internal static class FormatFlag
{
    public static ValueFlag<string> Format(this FlagSet flags) =>
        flags.Text("format", null, "Output as 'table', 'table TEMPLATE', 'json' or by a Go template");

    /// <summary>For commands that print no table, where <c>-f</c> is free.</summary>
    public static ValueFlag<string> TemplateFormat(this FlagSet flags, char? shorthand = 'f') =>
        flags.Text("format", shorthand, "Output as 'json' or by a Go template");
}
