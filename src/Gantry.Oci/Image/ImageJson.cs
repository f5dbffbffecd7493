using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Oci.Image;

/// <summary>Source-generated JSON of the image specification and of Docker's archive.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    ReadCommentHandling = JsonCommentHandling.Disallow)]
[JsonSerializable(typeof(OciImage))]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(OciLayout))]
[JsonSerializable(typeof(Platform))]
[JsonSerializable(typeof(IReadOnlyList<DockerArchiveImage>))]
[JsonSerializable(typeof(Dictionary<string, Dictionary<string, string>>))]
public sealed partial class ImageJson : JsonSerializerContext;
