using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Templates;

namespace Gantry.Cli.Output;

/// <summary>A --format value made ready: a table with a header line, or a template per row.</summary>
internal sealed class Listing
{
    private readonly Template _template;

    private Listing(Template template, bool isTable, bool isCustom)
    {
        this._template = template;
        IsTable = isTable;
        IsCustom = isCustom;
    }

    public bool IsTable { get; }

    /// <summary>The user wrote the template.</summary>
    public bool IsCustom { get; }

    /// <param name="format">"table …", "json" or any template.</param>
    /// <param name="table">The columns shown for "table" alone.</param>
    /// <exception cref="CliException">The format is not a template.</exception>
    public static Listing Parse(string format, string table)
    {
        if (format.Length == 0 || format == "table") return new Listing(Template.Parse(table), isTable: true, isCustom: false);
        if (format == "json") return new Listing(Template.Parse("{{json .}}"), isTable: false, isCustom: false);
        var isTable = format.StartsWith("table", StringComparison.Ordinal);
        var body = (isTable ? format[5..] : format).Trim(' ').Replace("\\t", "\t", StringComparison.Ordinal)
            .Replace("\\n", "\n", StringComparison.Ordinal);
        try
        {
            return new Listing(Template.Parse(body), isTable, isCustom: true);
        }
        catch (TemplateException wrong)
        {
            throw new CliException($"failed to parse template: {wrong.Message}");
        }
    }

    /// <summary>Whether the rows' field of that name is shown, so that it need not be fetched otherwise.</summary>
    public bool Uses(string field) => _template.Uses(field);

    /// <exception cref="CliException">The template names a field the rows lack.</exception>
    public string Render<T>(RowFormat<T> format, IEnumerable<T> rows)
    {
        try
        {
            var output = new StringBuilder();
            if (IsTable) output.Append(_template.ExecuteHeader(format.Headers)).Append('\n');
            foreach (var row in rows) output.Append(_template.Execute(format.Row(row))).Append('\n');
            return IsTable ? TabWriter.Align(output.ToString()) : output.ToString();
        }
        catch (TemplateException wrong)
        {
            throw new CliException($"failed to execute template: {wrong.Message}");
        }
    }
}
