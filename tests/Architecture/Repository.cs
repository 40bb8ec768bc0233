namespace Architecture;

/// <summary>The files of this repository, as text.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string relativePath) => Path.Combine(Root, relativePath);

    public static string Read(string relativePath) => File.ReadAllText(PathOf(relativePath));

    /// <summary>The files of a folder and of all below it, without what a build leaves there.</summary>
    public static IEnumerable<SourceFile> FilesIn(string folder, string pattern) =>
        from path in Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
        let relativePath = Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !relativePath.Split('/').Any(static part => part is "bin" or "obj" or "artifacts" or "node_modules" or ".git")
        orderby relativePath
        select new SourceFile(relativePath, File.ReadAllText(path));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Ganglion.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} lies outside of the repository.");
    }
}
