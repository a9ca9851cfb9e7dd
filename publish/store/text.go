package store

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Text renders a value of the column for a table or CSV: times as ClickHouse
// prints them, composed values as JSON, NULL as "".
func (c Column) Text(v any) string {
	if t, ok := v.(time.Time); ok {
		return t.Format(c.timeLayout())
	}
	if t, ok := v.(*time.Time); ok && t != nil {
		return t.Format(c.timeLayout())
	}
	return text(v)
}

// JSON is the function JSON for a value of the column: days come as "2006-01-02",
// not as midnights.
func (c Column) JSON(v any) any {
	if day := strings.TrimSuffix(strings.TrimPrefix(c.Type, "Nullable("), ")"); day == "Date" || day == "Date32" {
		if v = JSON(v); v != nil {
			return strings.TrimSuffix(fmt.Sprint(v), "T00:00:00Z")
		}
		return nil
	}
	return JSON(v)
}

var digits = regexp.MustCompile(`DateTime64\((\d)`)

// timeLayout depends on the type alone, so that a column's values line up.
func (c Column) timeLayout() string {
	if m := digits.FindStringSubmatch(c.Type); m != nil && m[1] != "0" {
		return time.DateTime + "." + strings.Repeat("0", int(m[1][0]-'0'))
	}
	if strings.Contains(c.Type, "DateTime") {
		return time.DateTime
	}
	return time.DateOnly
}

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(v), 'g', -1, 32)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	}
	value := reflect.ValueOf(v)
	if value.Kind() == reflect.Pointer && value.IsNil() {
		return "" // NULL of a type with a String method
	}
	if v, ok := v.(fmt.Stringer); ok {
		return v.String()
	}
	switch value.Kind() {
	case reflect.Pointer:
		return text(value.Elem().Interface())
	case reflect.Slice, reflect.Map, reflect.Struct, reflect.Array:
		data, err := json.Marshal(JSON(v))
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(data)
	}
	return fmt.Sprint(v)
}

// JSON returns the value in a form that encoding/json accepts: what is not a
// number in JSON (NaN, infinities) is null, and NULL is null.
func JSON(v any) any {
	switch v := v.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
	case float32:
		if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
			return nil
		}
	case time.Time:
		return v.Format(time.RFC3339Nano)
	}
	value := reflect.ValueOf(v)
	switch value.Kind() {
	case reflect.Pointer:
		if value.IsNil() {
			return nil
		}
		return JSON(value.Elem().Interface())
	case reflect.Slice:
		list := make([]any, value.Len())
		for i := range list {
			list[i] = JSON(value.Index(i).Interface())
		}
		return list
	case reflect.Map:
		object := make(map[string]any, value.Len())
		for _, key := range value.MapKeys() {
			object[text(key.Interface())] = JSON(value.MapIndex(key).Interface())
		}
		return object
	}
	return v
}
