using System.Text.Json.Serialization;
using Gantry.Oci.Image;

namespace Gantry.BuildKit.Services;

/// <summary>The platforms of a result, as BuildKit's clients read them.</summary>
internal sealed record ResultPlatforms(IReadOnlyList<ResultPlatform> Platforms);

/// <param name="ID">By which its part of the result goes.</param>
internal sealed record ResultPlatform(string ID, Platform Platform);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ResultPlatforms))]
internal sealed partial class ResultPlatformsJson : JsonSerializerContext;
