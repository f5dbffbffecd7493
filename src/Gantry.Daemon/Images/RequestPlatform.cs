using System.Text;
using System.Text.Json;
using Gantry.Daemon.Http;
using Gantry.Oci.Image;

namespace Gantry.Daemon.Images;

/// <summary>The platform that a request asks for: the JSON object of the image specification since API 1.48; plain
/// <c>os/architecture/variant</c> is taken too.</summary>
internal static class RequestPlatform
{
    /// <summary>The one of pull and import, which is no JSON, and unknown before API 1.32.</summary>
    public static string? OfCreate(RequestContext context) =>
        context.Version < new ApiVersion(1, 32) ? null : context.Query.Text("platform");

    /// <returns>The plain form; null when there is none.</returns>
    /// <exception cref="GantryException">Invalid.</exception>
    public static string? Of(RequestContext context, string parameter = "platform")
    {
        IReadOnlyList<string> all = context.Query.All(parameter);
        if (all.Count > 1) throw GantryException.Invalid("multiple platform parameters are not supported");
        string text = all.Count > 0 ? all[0] : "";
        if (text.Length == 0) return null;
        if (text[0] != '{') return text;
        try
        {
            Platform platform = OutsideJson.Read(Encoding.UTF8.GetBytes(text), ImageJson.Default.Platform)
                ?? throw GantryException.Invalid("platform is empty");
            return string.Join('/',
                new[] { platform.Os, platform.Architecture, platform.Variant }.Where(part => !string.IsNullOrEmpty(part)));
        }
        catch (JsonException e)
        {
            throw GantryException.Invalid($"failed to parse platform: {e.Message}");
        }
    }
}
