using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Registry.Wire;
using Gantry.Tests.Shared;

namespace Gantry.Registry.Tests.Wire;

public sealed class RegistryJsonTests
{
    [Fact]
    public void ANullAmongTheElementsOfAnyListIsNoAnswer()
    {
        string[] refused = [.. Refused(RegistryJson.Default.ErrorAnswer), .. Refused(RegistryJson.Default.TagList),
            .. Refused(RegistryJson.Default.Catalog), .. Refused(RegistryJson.Default.SearchAnswer),
            .. Refused(RegistryJson.Default.TokenAnswer)];
        Assert.Equal([".errors[]", ".tags[]", ".repositories[]", ".results[]"],
            refused.Where(place => place.EndsWith("[]", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Refused<T>(JsonTypeInfo<T> type)
    {
        foreach ((string place, string document) in NullElements.Of(type))
        {
            Assert.ThrowsAny<JsonException>(() => OutsideJson.Read(Encoding.UTF8.GetBytes(document), type));
            yield return place;
        }
    }
}
