using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Templates;

/// <summary>The <c>--format</c> of commands that describe one thing: version, info, an event.</summary>
internal static class DataTemplate
{
    private const int BadTemplateStatus = 64;

    /// <returns>The template; for <c>json</c> the one that prints all.</returns>
    /// <param name="complaint">What an error's message begins with.</param>
    /// <exception cref="CliException">The text is not a template.</exception>
    public static Template Parse(string format, string complaint = "template parsing error")
    {
        try
        {
            return Template.Parse(format == "json" ? "{{json .}}" : format);
        }
        catch (TemplateException wrong)
        {
            throw new CliException($"{complaint}: {wrong.Message}", BadTemplateStatus);
        }
    }

    /// <exception cref="CliException">The template does not fit.</exception>
    public static string Render(Template template, object? data)
    {
        try
        {
            return template.Execute(data);
        }
        catch (TemplateException wrong)
        {
            throw new CliException(wrong.Message);
        }
    }
}
