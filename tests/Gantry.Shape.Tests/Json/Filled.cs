using System.Collections;
using System.Runtime.CompilerServices;

namespace Gantry.Shape.Json;

/// <summary>Objects in which every property says something else than its default and than every other property,
/// so that none can be lost or exchanged unseen.</summary>
/// <remarks>Numbers stay small enough for the narrowest property, lists and maps get one element.</remarks>
internal sealed class Filled
{
    private static readonly DateTimeOffset Day = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private int _next;

    public static T Of<T>() => (T)new Filled().Value(typeof(T), typeof(T).Name);

    private object Value(Type type, string name)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return $"<{name} {++_next}>";
        if (type == typeof(bool)) return true;
        if (type == typeof(DateTimeOffset)) return Day.AddSeconds(++_next);
        // Not the first, which is the default.
        if (type.IsEnum) return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
        if (type.IsPrimitive) return Convert.ChangeType(++_next, type);
        if (type.GetInterfaces().Append(type).FirstOrDefault(IsMap) is { } map) return Map(type, map.GenericTypeArguments[1], name);
        return type.GetInterfaces().Append(type).FirstOrDefault(IsList) is { } list ? List(type, list.GenericTypeArguments[0], name)
            : Properties(type);
    }

    private static bool IsMap(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var open
            && (open == typeof(IDictionary<,>) || open == typeof(IReadOnlyDictionary<,>));

    private static bool IsList(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var open && (open == typeof(IList<>) || open == typeof(IReadOnlyList<>));

    private object Map(Type type, Type value, string name)
    {
        Type made = type.IsInterface ? typeof(Dictionary<,>).MakeGenericType(typeof(string), value) : type;
        IDictionary map = (IDictionary)Activator.CreateInstance(made)!;
        map.Add($"{name} {++_next}", Value(value, name));
        return map;
    }

    private object List(Type type, Type element, string name)
    {
        IList list = type.IsArray ? Array.CreateInstance(element, 1)
            : (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        if (type.IsArray) list[0] = Value(element, name);
        else list.Add(Value(element, name));
        return list;
    }

    private object Properties(Type type)
    {
        object made = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in type.GetProperties().Where(property => property.CanWrite))
            property.SetValue(made, Value(property.PropertyType, property.Name));
        return made;
    }
}
