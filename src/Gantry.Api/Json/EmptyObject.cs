namespace Gantry.Api.Json;

/// <summary>The value of a JSON object that is used as a set: <c>{"80/tcp": {}}</c>.</summary>
public sealed class EmptyObject
{
    public static readonly EmptyObject Value = new();
}
