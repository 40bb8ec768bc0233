using Microsoft.Extensions.Configuration;

namespace Ganglion.Hosting;

/// <summary>
/// Finds sections of the configuration that are called like something of the user's. A name may have colons of its own, which divide sections: so what has values is a section, and its name is the
/// way there.
/// </summary>
internal static class NamedSections
{
    public static IEnumerable<(string Name, IConfigurationSection Section)> In(IConfigurationSection section) => In(section, section.Path.Length + 1);

    private static IEnumerable<(string Name, IConfigurationSection Section)> In(IConfigurationSection section, int start)
    {
        IConfigurationSection[] children = [.. section.GetChildren()];
        return children.Any(child => child.Value is not null)
            ? [(section.Path.Length > start ? section.Path[start..] : "", section)]
            : children.SelectMany(child => In(child, start));
    }
}
