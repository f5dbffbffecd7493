using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>A parsed Go text/template: https://pkg.go.dev/text/template, with the functions Docker's command line adds.</summary>
internal sealed class Template
{
    private readonly ListNode _root;
    private readonly Dictionary<string, ListNode> _definitions = new(StringComparer.Ordinal);

    private Template(string text)
    {
        Text = text;
        _root = TemplateParser.Parse(text, _definitions);
    }

    public string Text { get; }

    /// <exception cref="TemplateException">The text is not a template.</exception>
    public static Template Parse(string text) => new(text);

    /// <summary>Evaluates the template on <paramref name="data"/>.</summary>
    /// <param name="data">null, bool, long, double, string, or one of the types of TemplateValues.</param>
    /// <param name="missingKeyIsError">Whether a field that a map lacks is an error or prints as "&lt;no value&gt;".</param>
    /// <exception cref="TemplateException">The template does not fit the data.</exception>
    public string Execute(object? data, bool missingKeyIsError = false)
    {
        var output = new StringBuilder();
        new TemplateEvaluator(Text, _definitions, output, missingKeyIsError).Run(_root, data);
        return output.ToString();
    }

    /// <summary>Evaluates the template on a table's column titles: the functions that shape text leave a title as it is.</summary>
    public string ExecuteHeader(object titles)
    {
        var output = new StringBuilder();
        new TemplateEvaluator(Text, _definitions, output, missingKeyIsError: false) { KeepsText = true }.Run(_root, titles);
        return output.ToString();
    }

    /// <summary>Whether a field of that name is used on the outermost data anywhere in the template, or all of it at once.</summary>
    public bool Uses(string field) => TemplateFields.Uses(_root, field) || _definitions.Values.Any(d => TemplateFields.Uses(d, field));
}
