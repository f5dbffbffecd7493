using System.Globalization;
using System.Text;
using Gantry.Api.Builds;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Builds.Calls;

/// <summary>Shows what the checks of a Dockerfile have found.</summary>
internal static class CheckOutput
{
    private const string Rule = "--------------------";

    /// <summary>All of it, with the lines that it is about.</summary>
    public static void WriteReport(TextWriter output, BuildCheckReport report)
    {
        output.Write(report.Warnings.Count switch
        {
            0 => "Check complete, no warnings found.\n",
            1 => "Check complete, 1 warning has been found!\n",
            int count => string.Create(CultureInfo.InvariantCulture, $"Check complete, {count} warnings have been found!\n"),
        });
        foreach (BuildCheckWarning warning in report.Warnings)
        {
            output.Write($"\nWARNING: {warning.Check} - {UrlOf(warning.Check)}\n");
            output.Write($"{warning.Message}\n{report.Dockerfile}:{warning.Line}\n{Rule}\n");
            for (int i = 0; i < warning.Shown.Count; i++)
            {
                int line = warning.FirstShown + i;
                string mark = line >= warning.Line && line <= warning.LastLine ? ">>>" : "   ";
                output.Write($"{line,4} | {mark} {Plain(warning.Shown[i])}".TrimEnd() + "\n");
            }
            output.Write($"{Rule}\n");
        }
    }

    /// <summary>As buildx has it in JSON.</summary>
    public static BuildLintResults Lint(BuildCheckReport report) => new()
    {
        Warnings = [.. report.Warnings.Select(warning => new BuildLintWarning
        {
            RuleName = warning.Check, Url = UrlOf(warning.Check), Detail = warning.Message, Location = new BuildLocation
            {
                Ranges =
                [
                    new BuildRange { Start = new BuildPosition { Line = warning.Line },
                        End = new BuildPosition { Line = warning.LastLine } },
                ],
            },
        })],
    };

    /// <summary>A line each, behind a build.</summary>
    public static void WriteBrief(TextWriter output, IReadOnlyList<BuildCheckWarning> warnings)
    {
        if (warnings.Count == 0) return;
        output.Write($"\n {warnings.Count} warning{(warnings.Count == 1 ? "" : "s")} found (use --check to see the lines):\n");
        foreach (BuildCheckWarning warning in warnings)
            output.Write($" - {warning.Check}: {Plain(warning.Message)} (line {warning.Line})\n");
    }

    /// <summary>A Dockerfile does not move the cursor of the terminal that it is shown on.</summary>
    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) && c != '\t' ? '?' : c));

    private static string UrlOf(string check) => $"https://docs.docker.com/go/dockerfile/rule/{PageOf(check)}/";

    /// <summary><c>JSONArgsRecommended</c> is on the page <c>json-args-recommended</c>.</summary>
    private static string PageOf(string check)
    {
        StringBuilder page = new();
        for (int i = 0; i < check.Length; i++)
        {
            bool begins = char.IsUpper(check[i]) && i > 0
                && (char.IsLower(check[i - 1]) || (i + 1 < check.Length && char.IsLower(check[i + 1])));
            if (begins) page.Append('-');
            page.Append(char.ToLowerInvariant(check[i]));
        }
        return page.ToString();
    }
}
