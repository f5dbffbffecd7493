using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Oci.Image;

namespace Gantry.Engine.Images;

/// <summary>Reads documents of the image specification that come from outside.</summary>
internal static class ImageDocuments
{
    public static OciImage ReadConfig(byte[] content, string name)
    {
        OciImage image = Read(content, ImageJson.Default.OciImage, $"image configuration {name}");
        foreach (string diffId in image.RootFs?.DiffIds ?? [])
            if (!Digest.IsValid(diffId)) throw GantryException.Invalid($"image configuration {name}: invalid diff ID \"{diffId}\"");
        return image;
    }

    public static Manifest ReadManifest(byte[] content, string name) => Read(content, ImageJson.Default.Manifest, $"manifest {name}");

    /// <exception cref="GantryException">Invalid: says which document and where it is wrong.</exception>
    public static T Read<T>(byte[] content, JsonTypeInfo<T> type, string name)
    {
        try
        {
            return OutsideJson.Read(content, type) ?? throw GantryException.Invalid($"{name} is empty");
        }
        catch (JsonException e)
        {
            throw GantryException.Invalid($"{name} is damaged at {e.Path ?? "$"}, line {e.LineNumber + 1}, byte {e.BytePositionInLine}");
        }
    }
}
