using System.Text.Json;
using Gantry.Api.Containers;
using Gantry.Api.Json;

namespace Gantry.Api.Client;

/// <summary>Reads the small answers of run and exec without the serializer, for the reason that <see cref="JsonFields"/> gives.</summary>
internal static class BriefAnswer
{
    /// <summary>Calls <paramref name="field"/> for every field of the object, with the reader on its value;
    /// what it does not consume is skipped.</summary>
    public delegate void Field(ref Utf8JsonReader reader, string name);

    public static void Read(byte[] body, Field field)
    {
        try
        {
            Utf8JsonReader reader = new(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("an object is expected");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                field(ref reader, name);
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new ApiConnectionException("the daemon's answer is not the JSON that is expected", e);
        }
    }

    public static string Id(byte[] body)
    {
        string id = "";
        Read(body, (ref Utf8JsonReader reader, string name) =>
        {
            if (name.Equals("Id", StringComparison.OrdinalIgnoreCase)) id = reader.GetString() ?? "";
        });
        return id.Length > 0 ? id : throw new ApiConnectionException("the daemon's answer names no ID");
    }

    public static ContainerCreateResponse Created(byte[] body)
    {
        ContainerCreateResponse response = new() { Id = Id(body) };
        Read(body, (ref Utf8JsonReader reader, string name) =>
        {
            if (name != "Warnings" || reader.TokenType != JsonTokenType.StartArray) return;
            while (reader.Read() && reader.TokenType == JsonTokenType.String) response.Warnings.Add(reader.GetString()!);
        });
        return response;
    }

    public static ContainerWaitResponse Waited(byte[] body)
    {
        ContainerWaitResponse response = new();
        Read(body, (ref Utf8JsonReader reader, string name) =>
        {
            if (name == "StatusCode") response.StatusCode = reader.GetInt64();
            if (name != "Error" || reader.TokenType != JsonTokenType.StartObject) return;
            response.Error = new ContainerWaitError();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isMessage = reader.ValueTextEquals("Message"u8);
                reader.Read();
                if (isMessage) response.Error.Message = reader.GetString() ?? "";
                else reader.Skip();
            }
        });
        return response;
    }

    /// <returns>Null while it runs.</returns>
    public static int? ExecExitCode(byte[] body)
    {
        int? code = null;
        Read(body, (ref Utf8JsonReader reader, string name) =>
        {
            if (name == "ExitCode" && reader.TokenType == JsonTokenType.Number) code = reader.GetInt32();
        });
        return code;
    }
}
