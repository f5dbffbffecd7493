using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Network.Ipam;

/// <summary>A subnet in a record is its text, <c>172.17.0.0/16</c>.</summary>
public sealed class SubnetConverter : JsonConverter<Subnet>
{
    public override Subnet Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        string text = reader.GetString() ?? "";
        try
        {
            return Subnet.Parse(text);
        }
        catch (GantryException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, Subnet value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
