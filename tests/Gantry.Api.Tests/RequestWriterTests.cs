using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Gantry.Api.Tests;

/// <summary>The hand-written writers know every field: on objects in which everything is set, they say the same as the serializer.</summary>
public sealed class RequestWriterTests
{
    [Fact]
    public void A_create_request_in_full() =>
        AssertSame(ApiJson.Default.ContainerCreateRequest, Fill<ContainerCreateRequest>(), ContainerCreateWriter.Write);

    [Fact]
    public void An_exec_in_full()
    {
        AssertSame(ApiJson.Default.ExecConfig, Fill<ExecConfig>(), ExecWriter.Write);
        AssertSame(ApiJson.Default.ExecStartRequest, Fill<ExecStartRequest>(), ExecWriter.Write);
    }

    [Fact]
    public void A_plain_request_is_short()
    {
        byte[] json = ContainerCreateWriter.Write(new ContainerCreateRequest { Image = "busybox", HostConfig = new HostConfig { MaskedPaths = [] } });
        JsonObject written = JsonNode.Parse(json)!.AsObject();
        Assert.Equal(["Image", "HostConfig"], written.Select(field => field.Key));
        Assert.Equal("[]", written["HostConfig"]!["MaskedPaths"]!.ToJsonString());
        ContainerCreateRequest read = JsonSerializer.Deserialize(json, ApiJson.Default.ContainerCreateRequest)!;
        Assert.Equal("", read.Hostname);
        Assert.Empty(read.HostConfig!.PortBindings);
    }

    private static void AssertSame<T>(System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, T value, Func<T, byte[]> write) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(JsonSerializer.Serialize(value, type)), JsonNode.Parse(write(value))),
            $"{JsonSerializer.Serialize(value, type)}\n{System.Text.Encoding.UTF8.GetString(write(value))}");

    private static T Fill<T>() where T : class => (T)Value(typeof(T), "x")!;

    private static object? Value(Type type, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return $"<{name}>";
        if (type == typeof(bool)) return true;
        if (type == typeof(int)) return 7;
        if (type == typeof(long)) return 1L << 40;
        object instance = Activator.CreateInstance(type)!;
        if (instance is IDictionary map) map.Add("key", Value(type.GenericTypeArguments[1], name));
        else if (instance is IList list)
        {
            list.Clear();
            list.Add(Value(type.GenericTypeArguments[0], name));
        }
        else foreach (PropertyInfo property in type.GetProperties().Where(property => property.CanWrite)) property.SetValue(instance, Value(property.PropertyType, property.Name));
        return instance;
    }
}
