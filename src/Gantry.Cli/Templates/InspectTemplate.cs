using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gantry.Cli.Templates;

/// <summary>A template on an object's full description.</summary>
internal static class InspectTemplate
{
    /// <summary>First with the fields of the type, where absent ones are empty; when that fails, on the bare JSON,
    /// where they are errors.</summary>
    /// <param name="template">The template.</param>
    /// <param name="type">The description's type, if known.</param>
    /// <param name="element">The description as the daemon sent it.</param>
    /// <exception cref="TemplateException">The template fits neither.</exception>
    public static string Render(Template template, JsonTypeInfo? type, JsonElement element)
    {
        if (type is not null)
        {
            try
            {
                return template.Execute(TypedJsonView.Of(type, element));
            }
            catch (TemplateException)
            {
                // The bare JSON may have what the type lacks; its error is the one to show.
            }
        }
        return template.Execute(JsonView.Of(element), missingKeyIsError: true);
    }
}
