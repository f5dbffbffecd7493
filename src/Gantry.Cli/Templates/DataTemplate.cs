namespace Gantry.Cli.Templates;

/// <summary>The <c>--format</c> of commands that describe one thing: version, info, an event.</summary>
internal static class DataTemplate
{
    private const int BadTemplateStatus = 64;

    /// <returns>The template; for <c>json</c> the one that prints all.</returns>
    /// <exception cref="CliException">The text is not a template.</exception>
    public static Template Parse(string format)
    {
        try
        {
            return Template.Parse(format == "json" ? "{{json .}}" : format);
        }
        catch (TemplateException wrong)
        {
            throw new CliException($"template parsing error: {wrong.Message}", BadTemplateStatus);
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
