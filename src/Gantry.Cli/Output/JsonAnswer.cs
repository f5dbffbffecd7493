using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Client;

namespace Gantry.Cli.Output;

/// <summary>The daemon's JSON, where a command needs it as it came: fields that we do not know are shown too.</summary>
internal static class JsonAnswer
{
    /// <exception cref="ApiConnectionException">It is not JSON.</exception>
    public static JsonElement Parse(byte[] answer)
    {
        try
        {
            return JsonDocument.Parse(answer).RootElement;
        }
        catch (JsonException e)
        {
            throw Unexpected(e);
        }
    }

    /// <exception cref="ApiConnectionException">It is not JSON of that type.</exception>
    public static T Decode<T>(byte[] answer, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(answer, type)
                ?? throw new ApiConnectionException("the daemon answered null where an object is expected");
        }
        catch (JsonException e)
        {
            throw Unexpected(e);
        }
    }

    private static ApiConnectionException Unexpected(JsonException cause) =>
        new($"the daemon's answer is not the JSON that is expected: {cause.Message}", cause);
}
