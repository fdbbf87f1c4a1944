"""The functions that an expression of a map or a catalogue may call: they make one value of those of its row.

None of them knows more than the row: no setting or variable – one holds the key of customers' numbers –, no
file, no clock, no chance.
"""

from __future__ import annotations

import re
from functools import cache

from etl.sql_text import sql_file

_SIGNS = "+ - * / // % ** ^ || & | << >> ~ @ ~~ !~~ ~~* !~~* ~~~ -> ->>"
_NUMBERS = """
    abs ceil ceiling divide even exp floor gcd greatest isfinite isinf isnan lcm least ln log log10 log2
    mod pow power round sign sqrt trunc"""
_TEXTS = """
    ascii char_length character_length chr concat concat_ws contains ends_with format ilike_escape instr
    lcase left length len levenshtein like_escape lower lpad ltrim nfc_normalize not_ilike_escape
    not_like_escape ord position prefix printf regexp_extract regexp_extract_all regexp_full_match
    regexp_matches regexp_replace regexp_split_to_array repeat replace reverse right rpad rtrim split
    split_part starts_with str_split str_split_regex string_split string_split_regex strip_accents
    strlen strpos substr substring suffix translate trim ucase unicode upper"""
_TIMES = """
    century date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname
    dayofmonth dayofweek dayofyear decade epoch epoch_ms epoch_ns epoch_us hour isodow isoyear last_day
    make_date make_time make_timestamp make_timestamptz microsecond millisecond minute month monthname
    quarter second strftime strptime time_bucket timezone to_days to_hours to_microseconds
    to_milliseconds to_minutes to_months to_seconds to_timestamp to_weeks to_years try_strptime week
    weekday weekofyear year yearweek"""
_LISTS = """
    apply array_apply array_contains array_extract array_filter array_has array_length array_position
    array_slice array_transform array_value cardinality element_at filter flatten from_json json
    json_array_length json_extract json_extract_string json_keys json_type json_valid list_aggregate
    list_any_value list_append list_apply list_avg list_concat list_contains list_count list_distinct
    list_element list_extract list_filter list_first list_has list_has_all list_has_any list_last
    list_max list_min list_position list_prepend list_reduce list_reverse list_reverse_sort list_slice
    list_sort list_sum list_transform list_unique list_value list_zip map map_concat map_contains
    map_entries map_extract map_from_entries map_keys map_values row struct_extract struct_pack"""
_CHOICES = "coalesce if ifnull nullif"


@cache
def row_functions() -> frozenset[str]:
    """The names of all functions over the values of one row, our own that read texts and ids among them."""
    texts = (sql_file("etl.maps", "conversions"), sql_file("etl.people", "agents"))
    own = [name for text in texts for name in re.findall(r"MACRO (\w+)\(", text)]
    return frozenset((*own, *" ".join((_SIGNS, _NUMBERS, _TEXTS, _TIMES, _LISTS, _CHOICES)).split()))
