using System.Collections;
using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Ganglion.Tests.Tools.BuiltIn;

/// <summary>A connection of a provider that knows one table, returns it whatever it is asked, and keeps what it was told.</summary>
internal sealed class TableConnection(DataTable table, ConcurrentQueue<string> told) : DbConnection
{
    private ConnectionState _state = ConnectionState.Closed;

    [AllowNull]
    public override string ConnectionString { get; set; } = "";

    public override string Database => "";

    public override string DataSource => "";

    public override string ServerVersion => "";

    public override ConnectionState State => _state;

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public override void Open()
    {
        _state = ConnectionState.Open;
        told.Enqueue("open");
    }

    public override void Close()
    {
        if (_state == ConnectionState.Open)
        {
            told.Enqueue("close");
        }

        _state = ConnectionState.Closed;
    }

    protected override void Dispose(bool disposing)
    {
        Close();
        base.Dispose(disposing);
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel)
    {
        told.Enqueue("begin");
        return new Transaction(this, told);
    }

    protected override DbCommand CreateDbCommand() => new Command(table, told) { Connection = this };

    private sealed class Transaction(DbConnection connection, ConcurrentQueue<string> told) : DbTransaction
    {
        public override IsolationLevel IsolationLevel => IsolationLevel.Unspecified;

        protected override DbConnection DbConnection => connection;

        public override void Commit() => told.Enqueue("commit");

        public override void Rollback() => told.Enqueue("rollback");
    }

    private sealed class Command(DataTable table, ConcurrentQueue<string> told) : DbCommand
    {
        private readonly Parameters _parameters = new();

        [AllowNull]
        public override string CommandText { get; set; } = "";

        public override int CommandTimeout { get; set; }

        public override CommandType CommandType { get; set; }

        public override bool DesignTimeVisible { get; set; }

        public override UpdateRowSource UpdatedRowSource { get; set; }

        protected override DbConnection? DbConnection { get; set; }

        protected override DbParameterCollection DbParameterCollection => _parameters;

        protected override DbTransaction? DbTransaction { get; set; }

        public override void Cancel() => told.Enqueue("cancel");

        public override int ExecuteNonQuery()
        {
            told.Enqueue(CommandText);
            return 0;
        }

        public override object ExecuteScalar() => throw new NotSupportedException();

        public override void Prepare()
        {
        }

        protected override DbParameter CreateDbParameter() => new Parameter();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
        {
            told.Enqueue($"{CommandText}{string.Concat(_parameters.Cast<DbParameter>().Select(one => $" {one.ParameterName}={one.Value}"))}");
            return table.CreateDataReader();
        }
    }

    private sealed class Parameter : DbParameter
    {
        public override DbType DbType { get; set; }

        public override ParameterDirection Direction { get; set; }

        public override bool IsNullable { get; set; }

        [AllowNull]
        public override string ParameterName { get; set; } = "";

        public override int Size { get; set; }

        [AllowNull]
        public override string SourceColumn { get; set; } = "";

        public override bool SourceColumnNullMapping { get; set; }

        public override object? Value { get; set; }

        public override void ResetDbType()
        {
        }
    }

    private sealed class Parameters : DbParameterCollection
    {
        private readonly ArrayList _all = [];

        public override int Count => _all.Count;

        public override object SyncRoot => _all.SyncRoot;

        public override int Add(object value) => _all.Add(value);

        public override void AddRange(Array values) => _all.AddRange(values);

        public override void Clear() => _all.Clear();

        public override bool Contains(object value) => _all.Contains(value);

        public override bool Contains(string value) => IndexOf(value) >= 0;

        public override void CopyTo(Array array, int index) => _all.CopyTo(array, index);

        public override IEnumerator GetEnumerator() => _all.GetEnumerator();

        public override int IndexOf(object value) => _all.IndexOf(value);

        public override int IndexOf(string parameterName) => _all.Cast<DbParameter>().ToList().FindIndex(one => one.ParameterName == parameterName);

        public override void Insert(int index, object value) => _all.Insert(index, value);

        public override void Remove(object value) => _all.Remove(value);

        public override void RemoveAt(int index) => _all.RemoveAt(index);

        public override void RemoveAt(string parameterName) => _all.RemoveAt(IndexOf(parameterName));

        protected override DbParameter GetParameter(int index) => (DbParameter)_all[index]!;

        protected override DbParameter GetParameter(string parameterName) => GetParameter(IndexOf(parameterName));

        protected override void SetParameter(int index, DbParameter value) => _all[index] = value;

        protected override void SetParameter(string parameterName, DbParameter value) => SetParameter(IndexOf(parameterName), value);
    }
}
