using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Oci.Image;
using Gantry.Tests.Shared;

namespace Gantry.Oci.Tests.Image;

public sealed class ImageDocumentTests
{
    public static TheoryData<string, string, string> Nulls()
    {
        TheoryData<string, string, string> rows = [];
        foreach (JsonTypeInfo type in Documents)
            foreach ((string place, string document) in NullElements.Of(type))
                // A set's value says nothing.
                if (!place.EndsWith("ExposedPorts{}", StringComparison.Ordinal) && !place.EndsWith("Volumes{}", StringComparison.Ordinal))
                    rows.Add(type.Type.ToString(), place, document);
        return rows;
    }

    private static IEnumerable<JsonTypeInfo> Documents => [ImageJson.Default.OciImage, ImageJson.Default.Manifest,
        ImageJson.Default.OciLayout, ImageJson.Default.Platform, ImageJson.Default.IReadOnlyListDockerArchiveImage,
        ImageJson.Default.DictionaryStringDictionaryStringString];

    [Theory, MemberData(nameof(Nulls))]
    public void ANullWhereThereIsNoneIsDamageAndItIsSaidWhere(string type, string place, string document)
    {
        byte[] content = Encoding.UTF8.GetBytes(document);
        JsonException refused = Assert.ThrowsAny<JsonException>(() => Read(Documents.Single(one => one.Type.ToString() == type), content));
        string property = place.Split('.')[^1].TrimEnd('[', ']', '{', '}');
        Assert.Contains(property, refused.Path);
    }

    [Fact]
    public void EveryListOfThemIsInTheTable() =>
        Assert.Superset(new HashSet<string> { "[]", "[].RepoTags[]", "[].Layers[]", "[].Config", ".manifests[]", ".layers[]", ".history[]",
            ".config.Env[]", ".config.Labels{}", ".rootfs.diff_ids[]", ".manifests[].annotations{}", ".manifests[].digest", "{}", "{}{}" },
            Nulls().Select(row => row.Data.Item2).ToHashSet());

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"x":[1]}""")]
    public void ThePortOfASetIsOneWhateverItSays(string value)
    {
        OciImage? image = OutsideJson.Read(Encoding.UTF8.GetBytes($$$$"""{"config":{"ExposedPorts":{"80/tcp":{{{{value}}}}}}}"""),
            ImageJson.Default.OciImage);
        Assert.Equal(["80/tcp"], image!.Config!.ExposedPorts!.Keys);
        Assert.Contains("""{"80/tcp":{}}""", JsonSerializer.Serialize(image, ImageJson.Default.OciImage));
    }

    private static object? Read(JsonTypeInfo type, byte[] content) => type switch
    {
        JsonTypeInfo<OciImage> image => OutsideJson.Read(content, image),
        JsonTypeInfo<Manifest> manifest => OutsideJson.Read(content, manifest),
        JsonTypeInfo<OciLayout> layout => OutsideJson.Read(content, layout),
        JsonTypeInfo<Platform> platform => OutsideJson.Read(content, platform),
        JsonTypeInfo<IReadOnlyList<DockerArchiveImage>> list => OutsideJson.Read(content, list),
        JsonTypeInfo<Dictionary<string, Dictionary<string, string>>> names => OutsideJson.Read(content, names),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type.Type, null),
    };
}
