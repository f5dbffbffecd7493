namespace Gantry.Cli.Templates;

/// <summary>A template that cannot be parsed or evaluated; the message has the form Go programs print ("template: :1:2:
/// executing …").</summary>
internal sealed class TemplateException(string message, bool isParseError) : Exception(message)
{
    /// <summary>True when the text itself is wrong, false when it failed on the given data.</summary>
    public bool IsParseError { get; } = isParseError;
}
